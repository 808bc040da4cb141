import { start } from '../components/start.ts';
import CityApp from './CityApp.svelte';

void start(CityApp, '/city');
