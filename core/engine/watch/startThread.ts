import { fileURLToPath } from 'node:url';
import type { Worker, WorkerOptions } from 'node:worker_threads';

/** Starts a thread with the module at this URL. What threads need of Node is loaded only now: most commands start none. */
export function startThread(module: string, options: WorkerOptions): Worker {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Worker(fileURLToPath(module), options);
}
