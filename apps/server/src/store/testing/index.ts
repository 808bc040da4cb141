export { writeDatabase } from './data-folder.ts';
export { type DatabaseCase, eachDatabase, onPostgres } from './each-database.ts';
export { memoryDatabase, memoryStore } from './memory.ts';
export { oneStore } from './one-store.ts';
