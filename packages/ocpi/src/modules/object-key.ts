import type { ObjectKey } from '../exchange/ports.ts';
import type { RouteArgs } from '../server/module-definition.ts';

/** Owner and id of a client-owned object, the id from the path variable `variable`. */
export function objectKey(args: Pick<RouteArgs<unknown>, 'owner' | 'path'>, variable: string): ObjectKey {
  return { owner: args.owner, id: args.path[variable] ?? '' };
}
