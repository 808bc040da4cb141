import { codecOf } from '../bridge/codecs.ts';
import type { Codec } from '../exchange/codec.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import type { OcpiClient } from './calls.ts';
import { openLine } from './line.ts';
import { receiverCalls } from './receiver-calls.ts';
import { senderCalls } from './sender-calls.ts';

/** A client for one peer of `platform`. */
export function createOcpiClient(platform: OcpiPlatform, peerId: string): OcpiClient {
  const line = openLine(platform, peerId);
  return {
    peerId,
    sender: senderCalls(line),
    receiver: receiverCalls(line),
    stillAlive: () => line.stillAlive(),
    postResult: (responseUrl, { kind, result }, options) =>
      line.post(responseUrl, codecOf(kind) as Codec<unknown>, result, options),
  };
}
