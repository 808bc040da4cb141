import { type Answer, call } from '../api/client.ts';

type Body = NonNullable<Parameters<typeof call<'POST /api/me/passkeys'>>[1]>['body'];
type Shown = NonNullable<Parameters<typeof call<'POST /api/auth/step-up'>>[1]>['body'];

/**
 * Browsers since 2025 translate the requests of the server themselves; older ones are asked for a code instead, and so is who came by the
 * address of a machine: a passkey belongs to a name.
 */
export const hasPasskeys = () =>
  !/^[\d.]+$|:/.test(location.hostname) &&
  typeof PublicKeyCredential !== 'undefined' &&
  typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function' &&
  typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function';

const isPasskey = (made: Credential | null): made is PublicKeyCredential =>
  made !== null && made.type === 'public-key';

/** Makes a passkey on this device. @returns undefined where the person left the question of the browser */
export async function makePasskey(name: string): Promise<Answer<'POST /api/me/passkeys'> | undefined> {
  const wanted = (await call('POST /api/me/passkeys/request')) as unknown;
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    wanted as PublicKeyCredentialCreationOptionsJSON,
  );
  const made = await leftOr(navigator.credentials.create({ publicKey }));
  if (!isPasskey(made)) return undefined;
  return call('POST /api/me/passkeys', {
    body: { name, response: made.toJSON() as unknown as Body['response'] },
  });
}

/** Shows a passkey after the password. @returns the body for the second factor; undefined where the person left the question */
export async function showPasskey(): Promise<Shown | undefined> {
  const wanted = (await call('POST /api/auth/passkey-request')) as unknown;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    wanted as PublicKeyCredentialRequestOptionsJSON,
  );
  const shown = await leftOr(navigator.credentials.get({ publicKey }));
  return isPasskey(shown) ? ({ passkey: shown.toJSON() } as Shown) : undefined;
}

/** A person who leaves the question of the browser made no mistake. */
async function leftOr(asking: Promise<Credential | null>): Promise<Credential | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError'))
      return null;
    throw error;
  }
}
