using QureHost.Archive.Load;

// ingest FOLDER                 ingests without end; prints the SOP Instance UID of everything acknowledged
// once FOLDER COUNT             ingests one group and says so on standard output
// bench FOLDER [FILES] [STUDIES] ingests CT slices as four senders do, then measures searches and metadata
switch (args)
{
    case ["ingest", var folder]:
        await EndlessIngest.RunAsync(folder);
        return 0;
    case ["once", var folder, var number]:
        await EndlessIngest.OnceAsync(folder, int.Parse(number));
        return 0;
    case ["bench", var folder, .. var numbers]:
        await Bench.RunAsync(folder, numbers.Length > 0 ? int.Parse(numbers[0]) : 2000, numbers.Length > 1 ? int.Parse(numbers[1]) : 2000);
        return 0;
    default:
        Console.Error.WriteLine("Usage: ingest FOLDER | once FOLDER COUNT | bench FOLDER [FILES] [STUDIES]");
        return 2;
}
