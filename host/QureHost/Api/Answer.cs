// Short for the framework's results of endpoints: "Results" is a room of the house here.
global using Answer = Microsoft.AspNetCore.Http.Results;
