import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type MakeTarget, startRegistry, testTarget } from '@kitwright/testkit';
import { lazyAgent } from './connection/lazyAgent.ts';
import { openRepository } from './openRepository.ts';

/** A registry with a login, behind a proxy with faults. */
const makeTarget: MakeTarget = async ({ through, secret, home, signal, wait, logger, userAgent }) => {
  const auth = { scheme: 'bearer', username: 'kitwright', password: secret } as const;
  const registry = await startRegistry({ auth, pageSize: 10 });
  const { host } = new URL(await through(`http://${registry.host}`));
  const login = Buffer.from(`kitwright:${secret}`).toString('base64');
  mkdirSync(join(home, '.docker'));
  writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ auths: { [host]: { auth: login } } }));
  const optionsOf = (signal: AbortSignal) => {
    const env = { HOME: home };
    return { plainHttp: true, home, env, userAgent, signal, wait, warn: logger.warn };
  };
  const agents: ReturnType<typeof lazyAgent>[] = [];
  const open = (name: string, until: AbortSignal) => {
    const options = optionsOf(until);
    const agent = lazyAgent(options);
    agents.push(agent);
    return openRepository({ registry: host, repository: name.slice(host.length + 1) }, 'push', agent, options);
  };
  return {
    target: open(`${host}/team/kit`, signal),
    repository: `${host}/team/kit`,
    otherRepository: `${host}/team/other`,
    reopen: (name, another) => open(name, another.signal),
    dispose: async () => {
      for (const agent of agents) await agent.destroy();
      await registry[Symbol.asyncDispose]();
    },
  };
};

describe('a registry as a target', () => testTarget(test, makeTarget));
