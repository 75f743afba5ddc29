// Command bare is the least that a Go function on Lambda is: the runtime client
// and nothing else. What others need longer to start is their own.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context) error { return nil })
}
