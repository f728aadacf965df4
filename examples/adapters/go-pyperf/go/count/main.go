// Count prints what the benchmark of a size finds.
package main

import (
	"fmt"
	"os"

	"example.org/words"
)

func main() {
	for _, c := range words.Commonest(words.Text(words.Sizes[os.Args[1]]), 10) {
		fmt.Println(c.Word, c.N)
	}
}
