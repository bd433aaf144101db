// Rekor 1 with its log in memory, where it otherwise needs Trillian and a database. Its arguments are those of
// `rekor-server serve`.
package main

import (
	"context"
	"log"
	"net"
	"os"

	"github.com/google/trillian/extension"
	"github.com/google/trillian/quota"
	"github.com/google/trillian/storage/memory"
	"github.com/google/trillian/testonly/integration"
	"github.com/sigstore/rekor/cmd/rekor-server/app"
)

func main() {
	trees := memory.NewTreeStorage()
	registry := extension.Registry{
		AdminStorage: memory.NewAdminStorage(trees),
		LogStorage:   memory.NewLogStorage(trees, nil),
		QuotaManager: quota.Noop(),
	}
	trillian, err := integration.NewLogEnvWithRegistry(context.Background(), 1, registry)
	if err != nil {
		log.Fatal(err)
	}
	host, port, err := net.SplitHostPort(trillian.Address)
	if err != nil {
		log.Fatal(err)
	}
	own := []string{"rekor-server", "serve", "--trillian_log_server.address", host, "--trillian_log_server.port", port}
	os.Args = append(append(own, "--enable_retrieve_api=false"), os.Args[1:]...)
	app.Execute()
}
