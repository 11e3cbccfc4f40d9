// Command server serves both services on grpc-go with its defaults.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	notesv1 "example.com/protos/bench/gen/notes/v1"
	userv1 "example.com/protos/gen/go/user/v1"
)

// The number of messages of a stream.
const streamLength = 1_000

var users = map[int64]*userv1.User{1: {Id: 1, Name: "Aoife", Email: "aoife@example.com"}}

// The number of blocks that each GetUser hashes, to simulate the work of a real service.
var blocks = intVariable("WORK_BLOCKS")

// A block fits into the cache of a core, so that the work takes the same time whatever else the server does.
var block = make([]byte, 64*1024)

func work() {
	hash := sha256.New()
	for range blocks {
		hash.Write(block)
	}
	hash.Sum(nil)
}

func intVariable(name string) int {
	value, _ := strconv.Atoi(os.Getenv(name))
	return value
}

type userServer struct {
	userv1.UnimplementedUserServiceServer
}

func (userServer) GetUser(_ context.Context, req *userv1.GetUserRequest) (*userv1.User, error) {
	if blocks > 0 {
		work()
	}
	user, ok := users[req.GetId()]
	if !ok {
		return nil, status.Errorf(codes.NotFound, "no user %d", req.GetId())
	}
	return &userv1.User{Id: user.Id, Name: user.Name, Email: user.Email}, nil
}

type noteServer struct {
	notesv1.UnimplementedNoteServiceServer
}

func (noteServer) ListNotes(req *notesv1.ListNotesRequest, stream grpc.ServerStreamingServer[notesv1.Note]) error {
	for range streamLength {
		note := &notesv1.Note{
			Id:         "note-01a1fc77-8326-7349-b947-52d19761f6a4",
			AuthorName: req.GetAuthorName(),
			Lines:      []*notesv1.Line{{Text: "p-1", Indent: 2, Width: 29.99}},
			Width:      59.98,
			Status:     notesv1.NoteStatus_NOTE_STATUS_DRAFT,
		}
		if err := stream.Send(note); err != nil {
			return err
		}
	}
	return nil
}

func (noteServer) UploadLines(stream grpc.ClientStreamingServer[notesv1.Line, notesv1.UploadedLines]) error {
	uploaded := &notesv1.UploadedLines{}
	for {
		line, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(uploaded)
		}
		if err != nil {
			return err
		}
		uploaded.LineCount++
		uploaded.TotalIndent += int64(line.GetIndent())
	}
}

func main() {
	var options []grpc.ServerOption
	scheme := "http"
	if cert := os.Getenv("TLS_CERT"); cert != "" {
		creds, err := credentials.NewServerTLSFromFile(cert, os.Getenv("TLS_KEY"))
		if err != nil {
			log.Fatal(err)
		}
		options = append(options, grpc.Creds(creds))
		scheme = "https"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(options...)
	userv1.RegisterUserServiceServer(server, userServer{})
	notesv1.RegisterNoteServiceServer(server, noteServer{})
	fmt.Fprintf(os.Stderr, "{\"url\":\"%s://%s\"}\n", scheme, listener.Addr())
	log.Fatal(server.Serve(listener))
}
