// Says what Tekton and Chains make of tasks. "tekton validate FILE..." checks tasks and pipelines as Tekton's admission does.
// "tekton provenance" reads a TaskRun in JSON from stdin and prints the statement that Chains would sign of it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	intoto "github.com/in-toto/attestation/go/v1"
	"github.com/tektoncd/chains/pkg/chains/formats/slsa/v2alpha4"
	"github.com/tektoncd/chains/pkg/chains/objects"
	"github.com/tektoncd/chains/pkg/config"
	v1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"knative.dev/pkg/apis"
	"sigs.k8s.io/yaml"
)

type object interface {
	SetDefaults(context.Context)
	Validate(context.Context) *apis.FieldError
}

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(command string, files []string) error {
	if command == "provenance" {
		return provenance()
	}
	for _, file := range files {
		if err := validate(file); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func validate(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var kind struct{ Kind string }
	if err := yaml.Unmarshal(text, &kind); err != nil {
		return err
	}
	kinds := map[string]object{"Task": &v1.Task{}, "Pipeline": &v1.Pipeline{}, "PipelineRun": &v1.PipelineRun{}, "TaskRun": &v1.TaskRun{}}
	found, ok := kinds[kind.Kind]
	if !ok {
		return fmt.Errorf("%q is no kind of Tekton", kind.Kind)
	}
	if err := yaml.UnmarshalStrict(text, found); err != nil {
		return err
	}
	ctx := apis.WithinCreate(context.Background())
	found.SetDefaults(ctx)
	if invalid := found.Validate(ctx); invalid != nil {
		return invalid
	}
	return nil
}

func provenance() error {
	run := v1.TaskRun{}
	if err := json.NewDecoder(os.Stdin).Decode(&run); err != nil {
		return err
	}
	formatter, err := v2alpha4.NewFormatter(config.Config{})
	if err != nil {
		return err
	}
	payload, err := formatter.CreatePayload(context.Background(), objects.NewTaskRunObjectV1(&run))
	if err != nil {
		return err
	}
	statement, ok := payload.(intoto.Statement)
	if !ok {
		return fmt.Errorf("Chains made %T", payload)
	}
	text, err := protojson.Marshal(&statement)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}
