import * as z from 'zod';

const rule = z
  .strictObject({
    repository: z
      .string()
      .min(1)
      .describe('as the source has it; in an archive with its registry; a pattern with * where the source lists them'),
    as: z
      .string()
      .min(1)
      .describe(
        'the repository at the destination; the same by default, without the registry if it leaves an archive or the store',
      )
      .optional(),
    tags: z.array(z.string().min(1)).min(1).describe('patterns with *; all tags by default').default(['*']),
    semver: z.string().describe('a range: tags that are no version in it are left out').optional(),
    newest: z.int().min(1).describe('how many, the newest first').optional(),
    labels: z
      .array(z.string().min(1))
      .min(1)
      .describe('of indexes: only the kits with these labels, written as for --label, each under its recorded tag')
      .optional(),
  })
  .describe('which kits of a repository');

/** A policy of `mirror`. */
export const mirrorSchema = z.strictObject({
  $schema: z.string().optional(),
  from: z.string().min(1).describe('a registry, also with a path; store:, oci:DIRECTORY or archive:FILE'),
  to: z.string().min(1).describe('likewise'),
  referrers: z.string().describe('what travels along: all, signatures, none or an artifact type').default('all'),
  kits: z.array(rule).min(1),
});

export type MirrorPolicy = z.output<typeof mirrorSchema>;

export type MirrorRule = z.output<typeof rule>;
