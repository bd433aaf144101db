import { definePlugin, type Plugin, type Wait } from '@kitwright/core/plugin';
import { isModelLocation, parseModelLocation, repositoryOf } from './modelLocation.ts';
import { openModel } from './openModel.ts';
import { registerVersion } from './registerVersion.ts';

export interface MlflowOptions {
  /** How it waits before it goes on after a cut; tests do not. */
  readonly wait?: Wait;
}

/** `kitwright import models:/NAME/VERSION` and `export KIT NAME --to mlflow`: models of an MLflow tracking server. */
export default function importerMlflow({ wait }: MlflowOptions = {}): Plugin {
  return definePlugin({
    name: '@kitwright/importer-mlflow',
    apiVersion: 1,
    apply({ register }) {
      register('importer', {
        id: 'mlflow',
        matches: isModelLocation,
        repositoryOf: (location) => repositoryOf(parseModelLocation(location)),
        open: (request, context) => openModel(request, context, wait),
      });
      register('exporter', { id: 'mlflow', export: registerVersion });
    },
  });
}
