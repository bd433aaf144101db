import { type Artifact, downloadUrl } from './Artifact.ts';

const systems = [
  ['macos', 'darwin'],
  ['linux', 'linux'],
] as const;
const processors = [
  ['arm', 'arm64'],
  ['intel', 'x64'],
] as const;

/**
 * The formula for Homebrew: it installs the archive of the machine's platform. Source: Homebrew, "Formula Cookbook". Throws
 * if there is no archive.
 */
export function formula(version: string, archives: readonly Artifact[]): string {
  const blocks = systems.flatMap(([system, platform]) => {
    const inner = processors.flatMap(([processor, arch]) => {
      const archive = archives.find(({ name }) => name === `kitwright-${platform}-${arch}.tar.gz`);
      return archive ? [download(processor, version, archive)] : [];
    });
    return inner.length ? [`  on_${system} do\n${inner.join('\n')}\n  end\n`] : [];
  });
  if (!blocks.length) throw new Error('A formula needs an archive for macOS or Linux.');
  return `class Kitwright < Formula
  desc "Build tool for ModelKits: pack, watch, verify"
  homepage "https://github.com/kitwright/kitwright"
  version "${version}"
  license "Apache-2.0"

${blocks.join('\n')}
  def install
    bin.install "kitwright"
    generate_completions_from_executable(bin/"kitwright", "completion")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/kitwright version")
    (testpath/"net.bin").write "weights"
    (testpath/"Kitfile").write "manifestVersion: 1.0.0\\nmodel: {path: net.bin}\\n"
    system bin/"kitwright", "--config", testpath/"home", "pack", ".", "-t", "net:v1"
    system bin/"kitwright", "--config", testpath/"home", "unpack", "net:v1", "-d", "unpacked"
    assert_equal "weights", (testpath/"unpacked/net.bin").read
  end
end
`;
}

function download(processor: string, version: string, archive: Artifact): string {
  return `    on_${processor} do
      url "${downloadUrl(version, archive)}"
      sha256 "${archive.sha256}"
    end`;
}
