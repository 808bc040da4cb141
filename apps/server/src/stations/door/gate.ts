import type { Socket } from 'node:net';
import type { Clock } from '../../time/clock.ts';
import type { EventLog } from '../event-log.ts';
import type { StationsPolicy } from '../policy.ts';
import { RateLimit } from './rate-limit.ts';

/** Sockets that did not become a station yet. */
const MOST_STRANGERS = 2_000;

export interface GateOptions {
  readonly policy: Pick<StationsPolicy, 'handshakesPerAddress' | 'handshakesPerSecond' | 'handshakeMs'>;
  readonly clock: Clock;
  readonly events: Pick<EventLog, 'mention'>;
  readonly mostStrangers?: number;
}

export interface Gate {
  /** Lets a socket in or ends it. `waitMs`: how long it may wait before its handshake begins. */
  enter(socket: Socket, waitMs: number): void;
  /** Its handshake begins: the wait is over. */
  begun(socket: Socket): void;
}

/** Limits before any work is done, TLS included (security.md 4.1). One socket is one handshake. */
export function createGate({ policy, clock, events, mostStrangers = MOST_STRANGERS }: GateOptions): Gate {
  const perAddress = new RateLimit(clock, policy.handshakesPerAddress, policy.handshakesPerAddress * 2);
  const global = new RateLimit(clock, policy.handshakesPerSecond * 60, policy.handshakesPerSecond);
  /** With what ends the time they count for: a handshake is over, one way or the other, after that. */
  const strangers = new Map<Socket, () => void>();

  function forget(socket: Socket): void {
    strangers.get(socket)?.();
    strangers.delete(socket);
  }

  function count(socket: Socket, forMs: number): void {
    forget(socket);
    strangers.set(
      socket,
      clock.after(forMs, () => strangers.delete(socket)),
    );
  }

  return {
    enter(socket, waitMs) {
      const address = socket.remoteAddress ?? 'unknown';
      const refuse = (text: string) => {
        socket.destroy();
        events.mention({ stationId: null, source: 'server', level: 'info', code: 'TooManyHandshakes', text });
      };
      if (!perAddress.take(address)) {
        return refuse(`Address ${address} makes too many handshakes; it waits a minute.`);
      }
      if (strangers.size >= mostStrangers || !global.take('')) {
        return refuse('More stations knock at once than the server takes.');
      }
      count(socket, waitMs + policy.handshakeMs);
      socket.once('close', () => forget(socket));
    },
    begun(socket) {
      if (strangers.has(socket)) count(socket, policy.handshakeMs);
    },
  };
}
