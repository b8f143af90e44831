export { storedRollUp } from './stored-roll-up.ts';
