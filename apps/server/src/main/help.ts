export const HELP = `smac - open smart charging: OCPI inputs in, optimal charging profiles out

Usage: smac COMMAND [OPTIONS]

Commands
  serve [--empty | --demo]   run the server (settings: smac serve --help)
  plan FILE | -              solve one planning problem (smac plan --help)
  ocpi invite                invite another platform; prints the token to type in there
  ocpi parties               list platforms and how they are doing
  ocpi check URL             check any OCPI server without changing anything there
  station add                add a charging station; its password is shown once
  station list | password | retire ID
  cert authority | server NAME | sign ID CSR
                             own certificates for stations and for the OCPP port
  token add UID              add a card that may charge
  token list | remove ID     list or end cards
  grid invite NAME           let a grid operator limit supply points (OSCP); prints the token for it
  grid group | list | end    which supply point its groups are, what holds now, end it
  simulate --scenario NAME   charging stations and cars in real time, against this or any other back office
  user add EMAIL --role ROLE invite a member of staff (admin, operator, viewer, city); prints the link
  user list | remove EMAIL | reset EMAIL
                             list staff, end an account, or let them set everything anew
  apikey create              make an API key; it is shown once
  apikey list | revoke ID    list or end API keys
  doctor                     say what is missing on this machine
  backup FILE                copy the whole database into one file, also while the server runs
  export FILE                usage data alone, to hand on: charging, meters, plans, bills; no accounts, keys or secrets
  restore FILE               fill an empty database from such a file
  audit verify               recompute the audit trail

Examples
  smac serve --demo
      A simulated charge point operator registers and charges cars; open http://127.0.0.1:8080
  smac ocpi invite --role CPO --country NL --party TNM
      {"token":"...","versions_url":"http://127.0.0.1:8080/ocpi/versions"}
  smac apikey create --role viewer --name dashboard
  smac user add anna@example.org --role operator
  smac plan problem.json --pretty
  SMAC_PORT=9000 SMAC_DATA_DIR=/var/lib/smac smac serve

Commands that need the database talk to the running server, or open the database themselves when none runs.
`;
