/** One codec per kind of object: schema of the peer's version, then the bridge to the internal model, and back. */
import type { Codec, ObjectCodec, Problem, Reading, Wire } from '../exchange/codec.ts';
import { type Kind, type KindType, schemaOf } from '../model/index.ts';
import { type ReadingRules, readBySchema } from '../model/reading.ts';
import { fromInternal, toInternal } from './bridge.ts';

/** Kinds whose PATCH must say when it happened (OCPI 2.2.1 `mod_locations`, `mod_sessions`, `mod_tokens`; D4.2-§5.1.2.2.1.2). */
const PATCHABLE: readonly Kind[] = ['Location', 'Evse', 'Connector', 'Session', 'Token', 'ScOptimisation'];

/** The codec of `kind`; `partial` is that of PATCH bodies and demands `last_updated`. Kinds without PATCH have no parts: theirs is the whole. */
export function codecOf<K extends Kind>(kind: K): ObjectCodec<KindType<K>> {
  const partial = PATCHABLE.includes(kind) ? { required: ['last_updated'] } : undefined;
  return { ...plainCodec<KindType<K>>(kind), partial: plainCodec<Partial<KindType<K>>>(kind, partial) };
}

function plainCodec<T>(kind: Kind, partial?: NonNullable<ReadingRules['partial']>): Codec<T> {
  return {
    kind,
    read(json: unknown, wire: Wire): Reading<T> {
      const reading = readBySchema<unknown>(schemaOf(kind, wire.version), json, rules('in', wire, partial));
      if (!reading.ok) return reading;
      return { ...reading, value: toInternal(kind, wire.version, reading.value) as T };
    },
    write(value: T, wire: Wire): Reading<unknown> {
      const losses: Problem[] = [];
      const bridged = fromInternal(kind, wire.version, value, losses);
      const reading = readBySchema<unknown>(
        schemaOf(kind, wire.version),
        bridged,
        rules('out', wire, partial),
      );
      return reading.ok ? { ...reading, warnings: [...losses, ...reading.warnings] } : reading;
    },
  };
}

function rules(
  direction: 'in' | 'out',
  wire: Wire,
  partial: ReadingRules['partial'] | undefined,
): ReadingRules {
  const { agreements } = wire;
  return partial === undefined ? { direction, agreements } : { direction, agreements, partial };
}
