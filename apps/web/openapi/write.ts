// `node apps/web/openapi/write.ts`: writes the types of the API client anew after a route changed.
import { writeFileSync } from 'node:fs';
import { describedApi } from './described-api.ts';
import { operationTypes } from './generate.ts';
import { OPERATIONS } from './operations.ts';

const target = new URL('../src/api/operations.ts', import.meta.url);
writeFileSync(target, operationTypes(await describedApi(), OPERATIONS));
console.log('Written: apps/web/src/api/operations.ts');
