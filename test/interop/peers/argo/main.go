// Checks workflows and their templates as "argo lint --offline" does, with Argo's own code: its whole command takes minutes to
// build. Arguments: files, whose templates the workflows may name.
package main

import (
	"fmt"
	"os"

	"github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v3/workflow/common"
	"github.com/argoproj/argo-workflows/v3/workflow/validate"
	"k8s.io/apimachinery/pkg/apis/meta/v1"
)

func main() {
	if err := lint(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("no linting errors")
}

func lint(files []string) error {
	objects, err := read(files)
	if err != nil {
		return err
	}
	templates := known{}
	for _, object := range objects {
		if template, ok := object.(*v1alpha1.WorkflowTemplate); ok {
			templates[template.Name] = template
		}
	}
	options := validate.ValidateOpts{Lint: true}
	for _, object := range objects {
		switch found := object.(type) {
		case *v1alpha1.WorkflowTemplate:
			err = validate.ValidateWorkflowTemplate(templates, none{}, found, options)
		case *v1alpha1.Workflow:
			err = validate.ValidateWorkflow(templates, none{}, found, options)
		default:
			err = fmt.Errorf("%T is neither a workflow nor a template", object)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func read(files []string) ([]v1.Object, error) {
	objects := []v1.Object{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		// Strict, as the command is unless it is told otherwise.
		for _, parsed := range common.ParseObjects(text, true) {
			if parsed.Err != nil {
				return nil, fmt.Errorf("%s: %w", file, parsed.Err)
			}
			objects = append(objects, parsed.Object)
		}
	}
	return objects, nil
}

// The templates that were given, by their names.
type known map[string]*v1alpha1.WorkflowTemplate

func (templates known) Get(name string) (*v1alpha1.WorkflowTemplate, error) {
	if template, ok := templates[name]; ok {
		return template, nil
	}
	return nil, fmt.Errorf("there is no template %q", name)
}

type none struct{}

func (none) Get(name string) (*v1alpha1.ClusterWorkflowTemplate, error) {
	return nil, fmt.Errorf("there is no template %q of a cluster", name)
}
