import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { InviteTerms, PartyOutcome } from '../../roles/scsp/index.ts';
import { outside } from '../outside.ts';
import { HttpProblem } from '../problem.ts';
import type { ApiSurroundings } from '../surroundings.ts';
import { AnyObject, describes, PrintableText } from './schemas.ts';

const ROLES = ['CPO', 'EMSP', 'HUB', 'NAP', 'NSP', 'OTHER', 'SCSP'] as const;
const Agreements = Type.Array(Type.String({ pattern: '^[a-z0-9_]{1,50}$' }), { maxItems: 20 });

const Invite = Type.Object(
  {
    role: Type.Union(ROLES.map((role) => Type.Literal(role))),
    furtherRoles: Type.Optional(
      Type.Array(Type.Union(ROLES.map((role) => Type.Literal(role))), {
        maxItems: ROLES.length,
        description: 'More roles of the same party, when its platform announces several',
      }),
    ),
    country: Type.String({ pattern: '^[A-Za-z]{2}$', description: 'OCPI country_code, two letters' }),
    party: Type.String({ pattern: '^[A-Za-z0-9]{3}$', description: 'OCPI party_id, three characters' }),
    name: Type.Optional(PrintableText(100)),
    agreements: Type.Optional(Agreements),
    unitProfile: Type.Optional(Type.String({ maxLength: 40 })),
    shadow: Type.Optional(Type.Boolean()),
    rawToken: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
const Join = Type.Object(
  {
    ...Invite.properties,
    token: Type.String({
      pattern: '^[\\x21-\\x7e]{1,64}$',
      description: 'TOKEN_A of the invitation that the other platform made for us',
    }),
    versionsUrl: Type.String({ maxLength: 255, format: 'uri', description: 'Its versions endpoint' }),
  },
  { additionalProperties: false },
);
const PeerParams = Type.Object({ peerId: PrintableText(100) });
const Change = Type.Object(
  { shadow: Type.Optional(Type.Boolean()), agreements: Type.Optional(Agreements) },
  { additionalProperties: false },
);
const Invitation = Type.Object(
  { token: Type.String(), versions_url: Type.String() },
  { additionalProperties: true },
);

const MaybeTime = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);
const MaybeText = Type.Union([Type.String(), Type.Null()]);
const PartyRow = Type.Object(
  {
    peerId: Type.String(),
    name: Type.String(),
    state: Type.String({ description: 'Of the handshake' }),
    parties: Type.Array(Type.Object({ role: Type.String(), country: Type.String(), party: Type.String() })),
    version: MaybeText,
    agreements: Type.Array(Type.String()),
    unitProfile: Type.String(),
    shadow: Type.Boolean(),
    health: Type.String({ description: 'up, down or unknown' }),
    lastSeen: MaybeTime,
    lastError: MaybeText,
    lastErrorAt: MaybeTime,
    downSince: MaybeTime,
    lastPull: MaybeTime,
  },
  { additionalProperties: true },
);

export function partyRoutes(app: FastifyInstance, around: ApiSurroundings): void {
  const { parties, audit } = around;
  const tag = 'parties';

  app.get(
    '/api/parties',
    {
      config: { permission: 'parties:read' },
      schema: describes({
        tag,
        summary: 'Invited and registered OCPI platforms with their health',
        answer: Type.Array(PartyRow),
      }),
    },
    async () => outside(await parties.list()),
  );

  app.post<{ Body: Static<typeof Invite> }>(
    '/api/parties/invitations',
    {
      config: { permission: 'parties:manage' },
      schema: describes({
        tag,
        summary: 'Invite a platform',
        description:
          'The token is shown once; it opens the credentials handshake and nothing else, once, within 7 days.',
        body: Invite,
        answer: Invitation,
        status: 201,
      }),
    },
    async (request, reply) => {
      const invitation = taken(await parties.invite(request.body as InviteTerms));
      const { role, furtherRoles = [], country, party } = request.body;
      await audit.record({
        actor: request.actor,
        action: 'party.invited',
        subject: `party:${country.toUpperCase()}-${party.toUpperCase()}`,
        detail: furtherRoles.length === 0 ? { role } : { role, furtherRoles },
      });
      return reply.code(201).send(shown(invitation));
    },
  );

  app.post<{ Body: Static<typeof Join> }>(
    '/api/parties/registrations',
    {
      config: { permission: 'parties:manage' },
      schema: describes({
        tag,
        summary: "Use another platform's invitation",
        description: 'Begins the credentials handshake at a hub, an operator or a provider that invited us.',
        body: Join,
        answer: Type.Object({ peerId: Type.String() }),
        status: 201,
      }),
    },
    async (request, reply) => {
      const { token, versionsUrl, ...terms } = request.body;
      const joined = taken(await parties.join({ token, versionsUrl }, terms as InviteTerms));
      await audit.record({
        actor: request.actor,
        action: 'party.joined',
        subject: `party:${terms.country.toUpperCase()}-${terms.party.toUpperCase()}`,
        detail: { role: terms.role, versionsUrl },
      });
      return reply.code(201).send(joined);
    },
  );

  app.patch<{ Params: Static<typeof PeerParams>; Body: Static<typeof Change> }>(
    '/api/parties/:peerId',
    {
      config: { permission: 'parties:manage' },
      schema: describes({
        tag,
        summary: 'Change shadow mode or agreements',
        params: PeerParams,
        body: Change,
        answer: Type.Array(AnyObject),
      }),
    },
    async (request) => {
      const { peerId } = request.params;
      const { shadow, agreements } = request.body;
      if (shadow !== undefined) taken(await parties.setShadow(peerId, shadow));
      if (agreements !== undefined) taken(await parties.setAgreements(peerId, agreements));
      await audit.record({
        actor: request.actor,
        action: 'party.changed',
        subject: `peer:${peerId}`,
        detail: request.body,
      });
      return outside(await parties.list());
    },
  );

  const verbs = {
    rotate: 'Change the tokens of both directions',
    reinvite: 'Kill every present token and invite again (after a leak)',
    suspend: 'Stop talking with the platform; its profiles run out',
    resume: 'End a suspension',
    pull: 'Pull everything from the platform now',
  } as const;
  for (const [verb, summary] of Object.entries(verbs)) {
    app.post<{ Params: Static<typeof PeerParams> }>(
      `/api/parties/:peerId/${verb}`,
      { config: { permission: 'parties:manage' }, schema: describes({ tag, summary, params: PeerParams }) },
      async (request) => {
        const { peerId } = request.params;
        const answer = await carryOut(around, verb as keyof typeof verbs, peerId);
        await audit.record({
          actor: request.actor,
          action: `party.${verb}`,
          subject: `peer:${peerId}`,
          detail: {},
        });
        return answer;
      },
    );
  }
}

async function carryOut(
  { parties, pull }: ApiSurroundings,
  verb: 'rotate' | 'reinvite' | 'suspend' | 'resume' | 'pull',
  peerId: string,
): Promise<unknown> {
  if (verb === 'pull') return { pulled: await pull(peerId) };
  if (verb === 'reinvite') return shown(taken(await parties.reinvite(peerId)));
  taken(await parties[verb](peerId));
  return { peerId, done: verb };
}

/** The invitation in the words of OCPI, which the other side types in. */
function shown(invitation: {
  readonly token: string;
  readonly versionsUrl: string;
}): Static<typeof Invitation> {
  return { token: invitation.token, versions_url: invitation.versionsUrl };
}

const STATUS = { 'not-found': 404, invalid: 422, failed: 502 } as const;

function taken<T>(outcome: PartyOutcome<T>): T {
  if (outcome.ok) return outcome.data;
  throw new HttpProblem(STATUS[outcome.code], outcome.detail);
}
