import { openLadybug, openMemory } from '../support/stores.ts';
import { describeStore } from './contract.ts';

describeStore('memory', openMemory);
describeStore('LadybugDB', openLadybug);
