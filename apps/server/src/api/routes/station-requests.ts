/** What is asked of the routes of stations. */
import Type from 'typebox';
import { Moment, PrintableText } from './schemas.ts';

export const StationParams = Type.Object({ stationId: PrintableText(48) });
export const WaiverParams = Type.Object({
  stationId: PrintableText(48),
  waiverId: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
export const NewStation = Type.Object(
  {
    stationId: Type.Optional(PrintableText(48, 'What the platform calls it; default: made up')),
    identity: Type.Optional(PrintableText(48, 'OCPP identity; default: random')),
    name: Type.Optional(PrintableText(100)),
    securityProfile: Type.Optional(
      Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)], {
        description: 'Lowest security profile it may come with; default 2',
      }),
    ),
    password: Type.Optional(
      PrintableText(64, 'A password the station has already, 16 to 64 bytes; default: made here'),
    ),
    replaceCredentials: Type.Optional(
      Type.Boolean({ description: 'Answer Pending until it uses credentials made here' }),
    ),
  },
  { additionalProperties: false },
);
export const NewWaiver = Type.Object(
  {
    kind: Type.Union([Type.Literal('tls-1.2'), Type.Literal('profile-2')]),
    reason: PrintableText(300),
    expires: Moment('End, a year ahead at most'),
  },
  { additionalProperties: false },
);
export const Password = Type.Object(
  {
    deliver: Type.Union([Type.Literal('by-person'), Type.Literal('by-station')], {
      description:
        'by-person: the password is shown once, for typing in. by-station: sent to the connected station (A01), shown nowhere.',
    }),
  },
  { additionalProperties: false },
);
export const Csr = Type.Object(
  { csr: Type.String({ maxLength: 5_500, description: 'PKCS #10, PEM' }) },
  { additionalProperties: false },
);
export const Page = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only rows with a smaller id' })),
});
export const LogQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only rows with a smaller id' })),
  action: Type.Optional(PrintableText(64)),
  direction: Type.Optional(Type.Union([Type.Literal('in'), Type.Literal('out')])),
  contains: Type.Optional(PrintableText(100, 'Text in the payload')),
  from: Type.Optional(Moment('At or after')),
  to: Type.Optional(Moment('Before')),
  messageId: Type.Optional(PrintableText(64, 'A call and its answer have the same')),
});

export const Period = Type.Object({
  from: Type.Optional(Moment('Start of the period of `availability`; default 30 days before its end')),
  to: Type.Optional(Moment('End of the period; default now')),
});
