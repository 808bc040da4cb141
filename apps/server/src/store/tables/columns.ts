import type { ColumnType, Generated } from 'kysely';

/**
 * A `jsonb` column: read as the parsed value, written as `JSON.stringify(value)`. Always stringify: the two drivers disagree
 * about arrays (node-postgres would send a PostgreSQL array). Only `putRows` takes the values themselves.
 */
export type Json<T> = ColumnType<T, string, string>;

/** `bigint` epoch milliseconds. Both drivers read `bigint` as a number here. */
export type EpochMs = number;

/** `bigint generated always as identity`: never written. */
export type Identity = ColumnType<number, never, never>;

export type { Generated };
