export { uncontrolledPowers } from './uncontrolled.ts';
