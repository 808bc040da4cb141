import { minMainsW } from '../ev/charger.ts';
import { fairShares } from './fair-share.ts';
import type { Socket } from './socket.ts';

/**
 * What a site does by itself, once a minute: sets the cap of every socket. `budgetW` is what the supply point's limit
 * leaves for cars now (Infinity = no limit); `fallbackW(socket)` is what a socket offers where no profile holds.
 */
export type SitePolicy = (
  sockets: readonly Socket[],
  budgetW: number,
  atMs: number,
  fallbackW: (socket: Socket) => number,
) => void;

/** The stations carry out profiles and nothing else: whoever sends them answers for the limit. */
export const profilesOnly: SitePolicy = (sockets) => {
  for (const socket of sockets) socket.capW = Number.POSITIVE_INFINITY;
};

/** The site's own limit prevails: what profiles allow is cut to fair shares of the budget where it is too much together. */
export const localLimit: SitePolicy = (sockets, budgetW, atMs, fallbackW) => {
  share(sockets, budgetW, (socket) => socket.allowedW(atMs, fallbackW(socket)));
};

/** Uncontrolled charging, fair under the limit: full power from plug-in on, shared where the limit is reached. */
export const uncontrolled: SitePolicy = (sockets, budgetW, atMs, fallbackW) => {
  share(sockets, budgetW, (socket) => Math.max(0, socket.allowedW(atMs, fallbackW(socket))));
};

function share(sockets: readonly Socket[], budgetW: number, wantedW: (socket: Socket) => number): void {
  const claims = sockets.map((socket) => ({
    minW: minMainsW(socket.visit.model.charger),
    maxW: Math.min(socket.car.appetiteW(), Math.max(0, wantedW(socket))),
  }));
  const hungry = claims.map((claim) => claim.maxW >= claim.minW);
  const shares = fairShares(
    claims.filter((_, n) => hungry[n]),
    budgetW,
  );
  let next = 0;
  sockets.forEach((socket, n) => {
    socket.capW = hungry[n] ? shares[next++]! : 0;
  });
}
