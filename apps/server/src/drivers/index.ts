/** Who may charge: tokens of this operator and of its peers, decisions about them, local lists of stations. */
export { createTokens, type TokensOptions } from './create-tokens.ts';
export type { LocalListEntry, LocalListLimits, LocalListUpdate } from './local-list.ts';
export { maskUid } from './mask-uid.ts';
export type { Decision, PresentedAt, TokenPicture } from './token.ts';
export type { AskIssuer, IssuerAnswer, NewToken, TokenChange, Tokens } from './tokens.ts';
