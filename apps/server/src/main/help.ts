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
  smac plan docs/example-problem.json --pretty
  SMAC_PORT=9000 SMAC_DATA_DIR=/var/lib/smac smac serve

Commands that need the database talk to the running server, or open the database themselves when none runs.
`;

/** Of commands that have no more to say than this. */
export const HELP_OF: Readonly<Record<string, string>> = {
  apikey: `Usage: smac apikey create | list | revoke

  smac apikey create --role admin|operator|viewer [--name NAME]
      Makes a key for the REST API and prints it alone. It is shown once.
  smac apikey list
      Lists the keys, when each was made and last used.
  smac apikey revoke ID
      The key opens nothing any more. ID is the first word of its line in the list.
`,
  user: `Usage: smac user add | list | remove | reset

  smac user add EMAIL --role admin|operator|viewer|city [--name NAME] [--party PEER_ID]
      Invites a member of staff and prints the link, once: behind it they choose their own password. --party: sees that
      party's sites only; PEER_ID stands in brackets in \`smac ocpi parties\`.
  smac user list
      Lists staff, their role and when they last signed in.
  smac user remove EMAIL
      Signs them out everywhere and ends the account.
  smac user reset EMAIL
      Prints a link behind which they set password and second factor anew.
`,
  token: `Usage: smac token add | list | remove

  smac token add UID [--contract ID] [--group ID] [--visual NUMBER] [--profile CHEAP|FAST|GREEN|REGULAR] [--expires TIME]
      A card that may charge at own stations; prints the id of the card here. UID is what the station reads, in hex digits.
      --profile: what the driver wants where they say nothing. --expires: a time like 2027-01-01T00:00:00Z.
  smac token list
      Lists cards with their id; of a UID only the end is shown.
  smac token remove ID
      The card charges nowhere any more. ID is the first word of its line in the list.
`,
  grid: `Usage: smac grid invite | group | list | end

  smac grid invite NAME [--url URL --token TOKEN] [--dialect vector]
      Lets a grid operator (OSCP 2.0) register and prints the version URL and the token to give to it, once. With --url and
      --token, those the grid operator gave, SMAC registers there.
  smac grid group PARTNER GROUP --context ID [--fallback-w W]
      Says which supply point a group of the grid operator is. PARTNER is the first word of its line in the list; --context
      the id of a context (page Contexts, or GET /api/contexts); --fallback-w what holds in W when the operator is silent.
  smac grid list
      Lists grid operators, their groups and the limit that holds now.
  smac grid end PARTNER
      Ends the registration; fallbacks hold until their groups are removed.
`,
  doctor: `Usage: smac doctor

  Says what is there and what is missing on this machine: settings, data folder, port, database, solver, memory.
  Exit code: 0 nothing is missing, 1 something is.
`,
  backup: `Usage: smac backup FILE

  Copies the whole database into one new file, also while the server runs. The key files in the data folder are not in it:
  keep them too, in another place.
`,
  export: `Usage: smac export FILE

  Writes the usage data alone into one new file, to hand on: gzipped JSON lines with charging, meters, plans and bills,
  without accounts, keys or secrets. Card numbers are in it.
`,
  restore: `Usage: smac restore FILE

  Fills an empty database from a file of \`smac backup\` or \`smac export\`: all of it or nothing. The server must not run.
`,
  audit: `Usage: smac audit verify

  Recomputes the audit trail. Exit code: 0 it is whole, 1 it was tampered with; then it says where.
`,
};
