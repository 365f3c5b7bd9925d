using System.CommandLine;
using QureHost.Phantoms;

namespace QureHost.Commands;

/// <summary><c>qurehost phantom KIND OUT</c>: a synthetic study with its ground truth beside it.</summary>
internal static class PhantomCommand
{
    public static Command Create()
    {
        var kind = new Argument<string>("KIND") { Description = "chest-xray or head-ct" };
        kind.AcceptOnlyFromAmong([.. PhantomStudy.Kinds]);
        var output = new Argument<DirectoryInfo>("OUT") { Description = "Folder to write; made if absent" };
        var seed = new Option<int>("--seed") { Description = "Seed of noise and anatomy", DefaultValueFactory = _ => 1 };
        var finding = new Option<string>("--finding") { Description = "What to insert; chest-xray: " + string.Join(", ", ChestXrayPhantom.Findings) + "; head-ct: " + string.Join(", ", HeadCtPhantom.Findings), DefaultValueFactory = _ => "none" };
        var left = new Option<bool>("--left") { Description = "Insert it on the patient's left instead of the right" };
        var slices = new Option<int>("--slices") { Description = "Slices (head-ct)", DefaultValueFactory = _ => 36 };
        var shift = new Option<double>("--shift") { Description = "Midline shift in mm, positive to the patient's left (head-ct)" };
        var gaze = new Option<double>("--gaze") { Description = "Gaze angle in degrees, positive to the patient's left (head-ct)" };
        var volume = new Option<double>("--volume") { Description = "Volume of the bleed in ml (head-ct)", DefaultValueFactory = _ => 20 };
        var tilt = new Option<double>("--tilt") { Description = "Gantry tilt in degrees (head-ct)" };
        var command = new Command("phantom", "Writes a synthetic study as DICOM, with its ground truth in truth.json.") { kind, output, seed, finding, left, slices, shift, gaze, volume, tilt };
        command.SetAction(result =>
        {
            var options = new PhantomOptions
            {
                Seed = result.GetValue(seed),
                Finding = result.GetValue(finding)!,
                Left = result.GetValue(left),
                Slices = result.GetValue(slices),
                ShiftMm = result.GetValue(shift),
                GazeDegrees = result.GetValue(gaze),
                BleedMl = result.GetValue(volume),
                TiltDegrees = result.GetValue(tilt),
            };
            try
            {
                var files = PhantomStudy.Write(result.GetValue(kind)!, result.GetValue(output)!.FullName, options);
                Console.WriteLine($"{files} DICOM {(files == 1 ? "file" : "files")} and truth.json in {result.GetValue(output)!.FullName}");
                return ExitCodes.Ok;
            }
            catch (PhantomException e)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Usage;
            }
        });
        return command;
    }
}
