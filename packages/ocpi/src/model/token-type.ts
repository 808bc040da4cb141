import { closedEnum, openEnum } from './primitives.ts';

export const TOKEN_TYPES_221 = ['AD_HOC_USER', 'APP_USER', 'OTHER', 'RFID'] as const;

/** OCPI 2.3.0 `mod_tokens` TokenType: open, and with EMAID. */
export const tokenTypeSchema = openEnum([...TOKEN_TYPES_221, 'EMAID']);

/** OCPI 2.2.1 `mod_tokens` TokenType. */
export const tokenType221Schema = closedEnum(TOKEN_TYPES_221);
