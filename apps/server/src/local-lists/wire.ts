/** A list of tokens in the words of each version's SendLocalList. */
import type { OcppVersion } from '@smac/ocpp';
import type { LocalListEntry, LocalListUpdate } from '../drivers/index.ts';

const iso = (ms: number) => new Date(ms).toISOString();

export function sendLocalList(
  version: OcppVersion,
  { kind, version: number, entries, removed }: LocalListUpdate,
): object {
  const words = version === '1.6' ? WORDS_16 : WORDS_2;
  const list = [...entries.map(words.entry), ...removed.map(words.gone)];
  const numbered = version === '1.6' ? { listVersion: number } : { versionNumber: number };
  // An empty list is left out: 2.x knows none with nothing in it.
  return { ...numbered, updateType: kind, ...(list.length === 0 ? {} : { localAuthorizationList: list }) };
}

const WORDS_16 = {
  entry: ({ uid, groupUid, expiryMs }: LocalListEntry): object => ({
    idTag: uid,
    idTagInfo: {
      status: 'Accepted',
      ...(groupUid === undefined ? {} : { parentIdTag: groupUid }),
      ...(expiryMs === undefined ? {} : { expiryDate: iso(expiryMs) }),
    },
  }),
  gone: (uid: string): object => ({ idTag: uid }),
};

const WORDS_2 = {
  entry: ({ uid, groupUid, expiryMs }: LocalListEntry): object => ({
    idToken: { idToken: uid, type: 'ISO14443' },
    idTokenInfo: {
      status: 'Accepted',
      ...(groupUid === undefined ? {} : { groupIdToken: { idToken: groupUid, type: 'Local' } }),
      ...(expiryMs === undefined ? {} : { cacheExpiryDateTime: iso(expiryMs) }),
    },
  }),
  gone: (uid: string): object => ({ idToken: { idToken: uid, type: 'ISO14443' } }),
};
