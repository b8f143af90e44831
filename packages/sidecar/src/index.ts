export { type FingerprintLayout, fingerprintLayout } from './fingerprints/layout.ts';
