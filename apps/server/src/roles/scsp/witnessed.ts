import type { Caller } from '@smac/ocpi';

/** A port that also says whom it heard from: a peer that calls us is up, whatever became of our own calls. */
export function witnessed<Port extends object>(port: Port, heard: (peerId: string) => void): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (caller: Caller, ...rest: unknown[]): unknown => {
        heard(caller.peerId);
        return member.call(target, caller, ...rest);
      };
    },
  });
}
