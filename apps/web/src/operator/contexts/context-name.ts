import type { Context, SharedEvse } from './draft.ts';

type Named = Pick<Context, 'peerId' | 'party' | 'objectId' | 'kind' | 'statics'>;
type Told = Pick<SharedEvse, 'peerId' | 'party' | 'locationId' | 'place' | 'city' | 'timeZone'>;

/** The location that a context is of, as EVSEs that were shared tell it. */
export function placeOf(context: Named, shared: readonly Told[]): Told | undefined {
  const [first] = context.statics.evses;
  return shared.find(
    ({ peerId, party, locationId }) =>
      peerId === context.peerId &&
      party === context.party &&
      locationId.toLowerCase() === first?.locationId.toLowerCase(),
  );
}

/** What people call a context: the name somebody gave it, or its place where this platform made the id. */
export function nameOf(context: Named, shared: readonly Told[]): string {
  const isMadeHere = context.kind === 'default' || context.objectId.startsWith('supply/');
  const place = isMadeHere ? placeOf(context, shared)?.place : undefined;
  return place === undefined || place === '' ? context.objectId : place;
}
