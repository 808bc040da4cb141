import { type Answer, call, isSignedIn, noteSignedIn } from '../api/client.ts';

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
  } catch {
    forgetMe();
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
