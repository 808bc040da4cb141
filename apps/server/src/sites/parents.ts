import { sql } from 'kysely';
import type { ContextState, StaticInputs } from './context.ts';
import { folded } from './owner.ts';
import type { Trx } from './room.ts';

/** Share of a limit above a context, without the series. */
export interface LimitShare {
  readonly contextId: string;
  readonly maxImportW: number;
  readonly share: number;
}

interface Member {
  readonly id: string;
  readonly key: string;
  readonly statics: StaticInputs;
}

/**
 * X44: limits above some contexts, by context. Contexts plan on their own, so a limit that several share is divided beforehand, in proportion
 * to what each could draw; the parts add up to the whole, and a part never binds where all of them fit together. A context that has
 * contexts below it gets a part for its own EVSEs in the same way. Where nobody of a party names a parent none of it is read.
 */
export async function parentShares(
  db: Pick<Trx, 'selectFrom'>,
  contexts: readonly ContextState[],
): Promise<ReadonlyMap<string, readonly LimitShare[]>> {
  const grouped = contexts.filter(({ kind }) => kind !== 'default');
  if (grouped.length === 0) return new Map();
  const rows = await db
    .selectFrom('optimisation_context as member')
    .select(['member.id', 'member.peer_id', 'member.party', 'member.object_key', 'member.statics'])
    .where('member.peer_id', 'in', [...new Set(grouped.map(({ peerId }) => peerId))])
    .where('member.party', 'in', [...new Set(grouped.map(({ party }) => party))])
    .where('member.deleted_ms', 'is', null)
    .where('member.kind', '<>', 'default')
    .where((e) =>
      e.exists(
        e
          .selectFrom('optimisation_context as child')
          .select('child.id')
          .whereRef('child.peer_id', '=', 'member.peer_id')
          .whereRef('child.party', '=', 'member.party')
          .where('child.deleted_ms', 'is', null)
          .where('child.kind', '<>', 'default')
          .where(sql<boolean>`child.statics->>'parentId' is not null`),
      ),
    )
    .execute();
  const members = new Map<string, Member[]>();
  for (const { id, peer_id, party, object_key, statics } of rows) {
    const owner = `${peer_id}/${party}`;
    const known = members.get(owner) ?? [];
    known.push({ id, key: object_key, statics: statics as StaticInputs });
    members.set(owner, known);
  }
  return new Map(
    grouped.map(({ id, peerId, party }) => [id, sharesOf(members.get(`${peerId}/${party}`) ?? [], id)]),
  );
}

/** The limits that bind `contextId`, outermost last. */
export function sharesOf(members: readonly Member[], contextId: string): LimitShare[] {
  const self = members.find((member) => member.id === contextId);
  if (self === undefined) return [];
  const shares: LimitShare[] = [];
  const below = childrenOf(members, self);
  if (below.length > 0 && self.statics.maxImportW !== undefined) {
    const own = ownW(self);
    const total = own + sum(below.map((child) => weightW(members, child)));
    shares.push({
      contextId: self.id,
      maxImportW: self.statics.maxImportW,
      share: total > 0 ? own / total : 0,
    });
  }
  let share = 1;
  let child = self;
  const seen = new Set([self.id]);
  for (;;) {
    const parent = members.find((member) => member.key === folded(child.statics.parentId ?? ''));
    if (child.statics.parentId === undefined || parent === undefined || seen.has(parent.id)) return shares;
    seen.add(parent.id);
    const siblings = childrenOf(members, parent);
    const total = ownW(parent) + sum(siblings.map((sibling) => weightW(members, sibling)));
    share *= total > 0 ? weightW(members, child) / total : 0;
    if (child === self && below.length > 0) {
      const whole = ownW(self) + sum(below.map((grandchild) => weightW(members, grandchild)));
      share *= whole > 0 ? ownW(self) / whole : 0;
    }
    if (parent.statics.maxImportW !== undefined) {
      shares.push({ contextId: parent.id, maxImportW: parent.statics.maxImportW, share });
    }
    child = parent;
  }
}

function childrenOf(members: readonly Member[], parent: Member): Member[] {
  return members.filter(
    (member) => folded(member.statics.parentId ?? '') === parent.key && member.id !== parent.id,
  );
}

/** What a context and everything below it could draw. */
function weightW(members: readonly Member[], member: Member, seen: ReadonlySet<string> = new Set()): number {
  if (seen.has(member.id)) return 0;
  const inside = new Set([...seen, member.id]);
  const reach =
    ownW(member) + sum(childrenOf(members, member).map((child) => weightW(members, child, inside)));
  return Math.min(member.statics.maxImportW ?? Infinity, reach);
}

function ownW(member: Member): number {
  return sum(member.statics.evses.map((evse) => Math.max(0, ...evse.connectors.map((c) => c.chargeW))));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
