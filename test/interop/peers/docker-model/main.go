// Packages a model as "docker model package" does and pushes it to a registry on this machine.
package main

import (
	"context"
	"flag"
	"io"
	"os"

	"github.com/docker/model-runner/pkg/distribution/builder"
	"github.com/docker/model-runner/pkg/distribution/registry"
)

func main() {
	template := flag.String("chat-template", "", "")
	license := flag.String("license", "", "")
	projector := flag.String("mmproj", "", "")
	size := flag.Int("context-size", 0, "")
	format := flag.String("format", string(builder.BuildFormatDocker), "")
	flag.Parse()
	path, name := flag.Arg(0), flag.Arg(1)
	made := open(path, builder.BuildFormat(*format))
	if *license != "" {
		made = must(made.WithLicense(*license))
	}
	if *projector != "" {
		made = must(made.WithMultimodalProjector(*projector))
	}
	if *template != "" {
		made = must(made.WithChatTemplateFile(*template))
	}
	if *size > 0 {
		made = must(made.WithContextSize(int32(*size)))
	}
	target := must(registry.NewClient(registry.WithPlainHTTP(true)).NewTarget(name))
	check(made.Build(context.Background(), target, io.Discard))
}

// A directory has a layer for each file (config v0.2), a file is a model alone (config v0.1).
func open(path string, format builder.BuildFormat) *builder.Builder {
	if must(os.Stat(path)).IsDir() {
		return must(builder.FromDirectory(path, builder.WithOutputFormat(format)))
	}
	return must(builder.FromPath(path, builder.WithFormat(format)))
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}
