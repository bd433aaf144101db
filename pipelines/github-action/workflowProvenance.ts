/**
 * SLSA provenance v1 of what a workflow builds (build type https://actions.github.io/buildtypes/workflow/v1), from the
 * variables of the runner. Throws if one of them is missing.
 */
export function workflowProvenance(env: NodeJS.ProcessEnv): object {
  const get = (name: string) => env[name] || failWithout(name);
  const [server, repository] = [get('GITHUB_SERVER_URL'), get('GITHUB_REPOSITORY')];
  const source = `${server}/${repository}`;
  const workflow = get('GITHUB_WORKFLOW_REF');
  // owner/name/path@ref: a path of a workflow has no "@", a ref may.
  const [path = ''] = workflow.slice(repository.length + 1).split('@');
  return {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: { ref: workflow.slice(repository.length + path.length + 2), repository: source, path },
      },
      internalParameters: {
        github: {
          event_name: get('GITHUB_EVENT_NAME'),
          repository_id: get('GITHUB_REPOSITORY_ID'),
          repository_owner_id: get('GITHUB_REPOSITORY_OWNER_ID'),
          runner_environment: get('RUNNER_ENVIRONMENT'),
        },
      },
      resolvedDependencies: [{ uri: `git+${source}@${get('GITHUB_REF')}`, digest: { gitCommit: get('GITHUB_SHA') } }],
    },
    runDetails: {
      builder: { id: `${server}/${workflow}` },
      metadata: {
        invocationId: `${source}/actions/runs/${get('GITHUB_RUN_ID')}/attempts/${get('GITHUB_RUN_ATTEMPT')}`,
      },
    },
  };
}

function failWithout(name: string): never {
  throw new Error(`${name} is not set: provenance says what GitHub's runner says.`);
}
