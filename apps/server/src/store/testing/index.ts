export { type DatabaseCase, eachDatabase } from './each-database.ts';
export { memoryStore } from './memory.ts';
