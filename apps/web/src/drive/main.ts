import { start } from '../components/start.ts';
import DriveApp from './DriveApp.svelte';

void start(DriveApp, '/drive');
