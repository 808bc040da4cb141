import Type from 'typebox';
import { LANGUAGES } from '../../config/index.ts';
import { AnyObject, PrintableText } from './schemas.ts';

/** Longer than a password may be, so that a refusal says why; short enough to hash. */
export const Password = Type.String({ minLength: 1, maxLength: 256 });
export const Email = Type.String({
  maxLength: 254,
  pattern: '^[^\\s@\\u0000-\\u001f\\u007f]{1,64}@[^\\s@\\u0000-\\u001f\\u007f]{1,189}$',
  description: 'E-mail address',
});
export const LinkToken = Type.String({ pattern: '^[\\w-]{43}$', description: 'From the link, after the =' });
export const OneTimeCode = Type.String({
  pattern: '^\\d{6}$',
  description: 'What the authenticator app shows',
});
const Bytes = Type.String({ maxLength: 20_000, pattern: '^[\\w-]*$', description: 'base64url' });
/** What `navigator.credentials.get` answers, as JSON. */
export const ShownPasskey = Type.Object({
  id: Bytes,
  rawId: Bytes,
  type: Type.Literal('public-key'),
  response: Type.Object({
    clientDataJSON: Bytes,
    authenticatorData: Bytes,
    signature: Bytes,
    userHandle: Type.Optional(Bytes),
  }),
  clientExtensionResults: AnyObject,
  authenticatorAttachment: Type.Optional(Type.String({ maxLength: 20 })),
});
/** What `navigator.credentials.create` answers, as JSON. */
export const MadePasskey = Type.Object({
  id: Bytes,
  rawId: Bytes,
  type: Type.Literal('public-key'),
  response: Type.Object({
    clientDataJSON: Bytes,
    attestationObject: Bytes,
    transports: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { maxItems: 10 })),
    authenticatorData: Type.Optional(Bytes),
    publicKey: Type.Optional(Bytes),
    publicKeyAlgorithm: Type.Optional(Type.Integer()),
  }),
  clientExtensionResults: AnyObject,
  authenticatorAttachment: Type.Optional(Type.String({ maxLength: 20 })),
});
export const SecondFactorBody = Type.Union([
  Type.Object({ passkey: ShownPasskey }, { additionalProperties: false }),
  Type.Object({ code: OneTimeCode }, { additionalProperties: false }),
  Type.Object(
    { recoveryCode: PrintableText(40, 'One of the ten, used once') },
    { additionalProperties: false },
  ),
]);
export const StaffRoleName = Type.Union(
  (['admin', 'operator', 'viewer', 'city'] as const).map((role) => Type.Literal(role)),
);
/** Of what is sent. */
export const LanguageName = Type.Union(LANGUAGES.map((language) => Type.Literal(language)));
const Time = Type.String({ format: 'date-time' });
const MaybeTime = Type.Union([Time, Type.Null()]);
const MaybeText = Type.Union([Type.String(), Type.Null()]);

export const Me = Type.Object({
  kind: Type.String({ description: '`account`: a person; `key`: an API key; `local`: the command line' }),
  id: Type.String(),
  email: MaybeText,
  name: MaybeText,
  role: Type.String({ description: 'admin, operator, viewer or city' }),
  peerId: Type.Union([Type.String(), Type.Null()], {
    description: 'The platform whose objects alone this person sees; null: this operator’s own staff',
  }),
  rights: Type.Array(Type.String(), { description: 'What the screens may offer' }),
  csrfToken: Type.Optional(Type.String({ description: 'Header x-csrf-token of every change' })),
  session: Type.Optional(
    Type.Object({
      handle: Type.String(),
      created: Time,
      idleEnds: Time,
      ends: Time,
      steppedUpUntil: MaybeTime,
    }),
  ),
  recoveryCodesLeft: Type.Optional(Type.Integer()),
  demo: Type.Boolean(),
});
export const SignedIn = Type.Object({
  state: Type.String({
    description: '`second-factor`: now POST /api/auth/second-factor; `signed-in`: GET /api/me',
  }),
});
export const SessionRow = Type.Object({
  handle: Type.String(),
  created: Time,
  seen: Time,
  address: Type.String(),
  agent: Type.String(),
  isThis: Type.Boolean(),
});
export const StaffRow = Type.Object({
  id: Type.String(),
  email: MaybeText,
  name: MaybeText,
  role: Type.String(),
  peerId: MaybeText,
  state: Type.String({
    description: '`invited` until a password and a second factor are set; `active`; `locked`',
  }),
  secondFactor: Type.Object({
    code: Type.Boolean({ description: 'One-time codes of an app' }),
    passkeys: Type.Integer(),
    recoveryCodes: Type.Integer({ description: 'Not used yet' }),
  }),
  signIns: Type.Integer({ description: 'Sign-ins that hold now' }),
  created: Time,
  lastSignIn: MaybeTime,
});
export const Link = Type.Object({
  accountId: Type.String(),
  link: Type.String({ description: 'Shown once: hand it over by a way that only they read' }),
  mailed: Type.Boolean({ description: 'Sent by e-mail, too' }),
  expires: Time,
});
export const AccountParams = Type.Object({ accountId: Type.String({ pattern: '^[0-9a-f]{24}$' }) });
