import { createHmac, timingSafeEqual } from 'node:crypto';
import { keyFile } from '../../config/index.ts';

/** The socket a QR code stands on. */
export interface Socket {
  readonly locationId: string;
  readonly evseUid: string;
}

/** Text of the QR code on a socket: which EVSE it is, signed, so that nobody prints codes for sockets they do not stand at. */
export interface SocketLinks {
  write(socket: Socket): string;
  /** undefined for a text this server did not write. */
  read(text: string): Socket | undefined;
}

const TAG_BYTES = 16;

/** HMAC-SHA-256 with a key file beside the database; a code stays good until the key is moved away (then print new ones). */
export function openSocketLinks(dataDir: string, random: (count: number) => Uint8Array): SocketLinks {
  const key = keyFile(dataDir, 'socket-link.key', random, 'print the QR codes of all sockets anew');
  const tagOf = (body: string) => createHmac('sha256', key).update(body).digest().subarray(0, TAG_BYTES);
  return {
    write({ locationId, evseUid }) {
      const body = Buffer.from(JSON.stringify([locationId, evseUid])).toString('base64url');
      return `${body}.${tagOf(body).toString('base64url')}`;
    },
    read(text) {
      const [body = '', tag = ''] = text.split('.');
      const given = Buffer.from(tag, 'base64url');
      if (given.length !== TAG_BYTES || !timingSafeEqual(given, tagOf(body))) return undefined;
      const [locationId, evseUid] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [
        string,
        string,
      ];
      return { locationId, evseUid };
    },
  };
}

/** How a guest's sign-in names its socket; OCPI ids are compared without case. */
export function socketKey({ locationId, evseUid }: Socket): string {
  return JSON.stringify([locationId.toLowerCase(), evseUid.toLowerCase()]);
}
