// Fetches what an OCIRepository of Flux chooses, as Flux does it. Reads the object from stdin; arguments: the address to use
// instead of its own, and the folder for the files.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fluxcd/pkg/oci"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-containerregistry/pkg/crane"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(url, folder string) error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	repository := sourcev1.OCIRepository{}
	if err := yaml.UnmarshalStrict(text, &repository); err != nil {
		return err
	}
	if repository.GetLayerOperation() != sourcev1.OCILayerExtract {
		return fmt.Errorf("only what is extracted is fetched here")
	}
	from := strings.TrimPrefix(url, "oci://") + "@" + repository.Spec.Reference.Digest
	index, err := layerOf(from, repository.GetLayerMediaType())
	if err != nil {
		return err
	}
	client := oci.NewClient([]crane.Option{crane.Insecure})
	_, err = client.Pull(context.Background(), from, folder, oci.WithPullLayerIndex(index), oci.WithPullLayerType(oci.LayerTypeTarball))
	return err
}

// The first layer of a media type, as source-controller selects it.
func layerOf(from, mediaType string) (int, error) {
	image, err := crane.Pull(from, crane.Insecure)
	if err != nil {
		return 0, err
	}
	manifest, err := image.Manifest()
	if err != nil {
		return 0, err
	}
	for index, layer := range manifest.Layers {
		if string(layer.MediaType) == mediaType {
			return index, nil
		}
	}
	return 0, fmt.Errorf("there is no layer of type %s", mediaType)
}
