import type { LiveSession } from './live-session.ts';
import type { SessionKey } from './port.ts';
import { nameOf } from './records.ts';

/** The sessions of this process, by name and by context: a pass over one of many sites looks at its own only. */
export class LiveSessions {
  readonly #byName = new Map<string, LiveSession>();
  readonly #byContext = new Map<string, Map<string, LiveSession>>();

  get(key: SessionKey): LiveSession | undefined {
    return this.#byName.get(nameOf(key));
  }

  add(session: LiveSession): void {
    const { key, contextId } = session.entry;
    this.delete(key);
    this.#byName.set(nameOf(key), session);
    this.#put(session, contextId);
  }

  delete(key: SessionKey): void {
    const name = nameOf(key);
    const session = this.#byName.get(name);
    if (session === undefined) return;
    this.#byName.delete(name);
    this.#take(name, session.entry.contextId);
  }

  /** A plan of another context has it from now on. */
  move(session: LiveSession, contextId: string): void {
    const { key, contextId: before } = session.entry;
    session.entry = { ...session.entry, contextId };
    if (before === contextId || this.get(key) !== session) return;
    this.#take(nameOf(key), before);
    this.#put(session, contextId);
  }

  all(): LiveSession[] {
    return [...this.#byName.values()];
  }

  of(contextId: string): LiveSession[] {
    return [...(this.#byContext.get(contextId)?.values() ?? [])];
  }

  #put(session: LiveSession, contextId: string): void {
    const members = this.#byContext.get(contextId) ?? new Map<string, LiveSession>();
    members.set(nameOf(session.entry.key), session);
    this.#byContext.set(contextId, members);
  }

  #take(name: string, contextId: string): void {
    const members = this.#byContext.get(contextId);
    members?.delete(name);
    if (members?.size === 0) this.#byContext.delete(contextId);
  }
}
