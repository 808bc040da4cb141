import { type Answer, call, isSignedIn, noteSignedIn, Refusal } from '../api/client.ts';

export type Me = Answer<'GET /api/drivers/me'>;
export type Socket = Answer<'GET /api/drivers/me/sockets'>[number];

/** Who is signed in; undefined: not known yet, null: nobody. */
let me = $state.raw<Me | null | undefined>(undefined);

export const whoAmI = () => me;

export async function readMe(): Promise<void> {
  if (!isSignedIn()) {
    me = null;
    return;
  }
  try {
    me = await call('GET /api/drivers/me');
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) forgetMe();
    // No answer says nothing about who is signed in: the next start asks again.
    else me = null;
  }
}

export function enter(as: Me): void {
  noteSignedIn(true);
  me = as;
}

export function forgetMe(): void {
  noteSignedIn(false);
  me = null;
}
