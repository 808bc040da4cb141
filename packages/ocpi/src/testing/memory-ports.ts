import type { Caller } from '../exchange/outcome.ts';
import { done, type Outcome, refused } from '../exchange/outcome.ts';
import { partyName } from '../exchange/party.ts';
import type { ObjectKey, Page, PageRequest } from '../exchange/ports.ts';
import { parseDateTime } from '../model/index.ts';

interface Kept {
  readonly country_code: string;
  readonly party_id: string;
  readonly id: string;
  readonly last_updated: string;
}

/** Client-owned objects in memory: what a receiver port keeps and a sender port lists, for tests over real HTTP. */
export class MemoryObjects<T extends Kept> {
  readonly objects = new Map<string, T>();
  /** Callers in the order they came. */
  readonly callers: Caller[] = [];

  get = async (caller: Caller, key: ObjectKey): Promise<Outcome<T>> => {
    this.callers.push(caller);
    const object = this.objects.get(this.#name(key));
    return object === undefined ? refused('unknownObject', 'There is no such object.') : done(object);
  };

  put = async (caller: Caller, key: ObjectKey, object: T): Promise<Outcome<undefined>> => {
    this.callers.push(caller);
    const created = !this.objects.has(this.#name(key));
    this.objects.set(this.#name(key), object);
    return done(undefined, created);
  };

  patch = async (caller: Caller, key: ObjectKey, patch: Partial<T>): Promise<Outcome<undefined>> => {
    this.callers.push(caller);
    const stored = this.objects.get(this.#name(key));
    if (stored === undefined) return refused('unknownObject', 'There is no such object; send it with PUT.');
    this.objects.set(this.#name(key), { ...stored, ...patch });
    return done(undefined);
  };

  delete = async (caller: Caller, key: ObjectKey): Promise<Outcome<undefined>> => {
    this.callers.push(caller);
    return this.objects.delete(this.#name(key))
      ? done(undefined)
      : refused('unknownObject', 'There is no such object.');
  };

  list = async (caller: Caller, page: PageRequest): Promise<Outcome<Page<T>>> => {
    this.callers.push(caller);
    const matching = [...this.objects.values()].filter((object) => {
      const ms = parseDateTime(object.last_updated) ?? 0;
      return ms >= (page.dateFromMs ?? -Infinity) && ms < (page.dateToMs ?? Infinity);
    });
    return done({
      items: matching.slice(page.offset, page.offset + page.limit),
      totalCount: matching.length,
    });
  };

  #name({ owner, id }: ObjectKey): string {
    return `${partyName(owner)}/${id.toUpperCase()}`;
  }
}
