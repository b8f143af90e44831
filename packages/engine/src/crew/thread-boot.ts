import { enableCompileCache } from 'node:module';

/** First module of a worker thread. A thread reads compiled code from the cache only when it asks to, and before it loads any. */
enableCompileCache();
await import('./thread-entry.ts');
