// Run as a child process: creates an empty database in the folder given and ends, which gives its memory back.
import process from 'node:process';
import { PGlite } from '@electric-sql/pglite';

const folder = process.argv[2];
if (!folder) throw new Error('The folder of the new database is missing.');
const pglite = new PGlite(folder);
await pglite.waitReady;
await pglite.close();
