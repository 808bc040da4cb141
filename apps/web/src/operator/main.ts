import { start } from '../components/start.ts';
import OperatorApp from './OperatorApp.svelte';

void start(OperatorApp, '/operator');
