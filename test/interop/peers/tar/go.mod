module kitwright.dev/test/peers/tar

go 1.26
