import { definePlugin, type Kitfile, KitwrightError, type Plugin } from '@kitwright/core/plugin';

/** Which licences kits may have. */
export interface LicenseGateOptions {
  /** SPDX identifiers, in any case; `none` allows elements without a licence. */
  readonly allow: readonly string[];
}

/**
 * Refuses to pack, push and pull a kit, or a part of it, under a licence that is not allowed. Throws
 * `license-not-allowed`.
 */
export default function licenseGate({ allow }: LicenseGateOptions): Plugin {
  const allowed = new Set(allow.map((license) => license.toLowerCase()));
  const check = async ({ kitfile }: { readonly kitfile: Kitfile | undefined }): Promise<void> => {
    for (const [part, license] of kitfile ? licensesOf(kitfile) : [])
      if (!allowed.has((license ?? 'none').toLowerCase())) throw refused(part, license, allow);
  };
  return definePlugin({
    name: '@kitwright/license-gate',
    apiVersion: 1,
    apply({ hooks }) {
      hooks.build.tap(({ hooks: { assembled, beforePush, beforePull } }) => {
        for (const hook of [assembled, beforePush, beforePull]) hook.tap(check);
      });
    },
  });
}

/** Every part that has a licence; the package itself must have one. */
function licensesOf(kitfile: Kitfile): readonly (readonly [part: string, license: string | undefined])[] {
  const { model, code = [], datasets = [], docs = [] } = kitfile;
  const parts = [...(model ? [model, ...(model.parts ?? [])] : []), ...code, ...datasets, ...docs];
  const licensed = parts.flatMap((part) =>
    'license' in part && part.license ? [[part.path ?? '', part.license] as const] : [],
  );
  return [['the package', kitfile.package?.license], ...licensed];
}

function refused(part: string, license: string | undefined, allow: readonly string[]): KitwrightError {
  return new KitwrightError(
    'license-not-allowed',
    license === undefined ? `${part} has no licence.` : `The licence ${license} of ${part} is not allowed.`,
    { data: { part, license: license ?? null }, hint: `Allowed are: ${allow.join(', ')}.` },
  );
}
