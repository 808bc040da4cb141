import type { Evse, Outcome, Refused } from '@smac/ocpi';
import { createContextIn } from './contexts.ts';
import { putEvseIn } from './locations.ts';
import type { Owner } from './owner.ts';
import { changeOf, type Room, type Trx } from './room.ts';
import type { OperatorContext } from './sites.ts';

interface Told {
  readonly locationId: string;
  readonly evse: Evse;
}

export interface EvseMove {
  /** As it is to stand at its former address: REMOVED. */
  readonly from: Told;
  readonly to: Told;
  /** What the supply points are afterwards; those that let go of it first (X44). */
  readonly contexts: readonly { readonly objectId: string; readonly context: OperatorContext }[];
}

/** On its way out of a transaction: nothing of it is kept. */
class Undone extends Error {
  readonly refusal: Refused;
  constructor(refusal: Refused) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** Both objects, the supply points and what `keep` writes, in one transaction: where one is refused nothing happened. */
export async function moveEvse(
  room: Room,
  owner: Owner,
  { from, to, contexts }: EvseMove,
  keep: (trx: Trx) => Promise<Outcome<undefined>>,
): Promise<Outcome<undefined>> {
  const sure = (outcome: Outcome<unknown>) => {
    if (!outcome.ok) throw new Undone(outcome);
  };
  try {
    await changeOf(room, owner, async (trx, emit) => {
      sure(await keep(trx));
      for (const { locationId, evse } of [to, from])
        sure(await putEvseIn(room, trx, owner, locationId, evse, emit));
      for (const { objectId, context } of contexts)
        sure(await createContextIn(room, trx, owner, objectId, context, emit));
    });
  } catch (error) {
    if (error instanceof Undone) return error.refusal;
    throw error;
  }
  return { ok: true, data: undefined };
}
