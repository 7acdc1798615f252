using FollowUp.Applications;
using FollowUp.Applications.Host;
using FollowUp.Applications.Pages;
using FollowUp.Platform;

if (await Tools.Run(args) is { } exitCode)
    return exitCode;

// The content root is the folder of the assembly, so that static files are found from any working directory.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
try
{
    builder.AddPages();
    builder.AddApplications();
}
catch (SettingException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}

var app = builder.Build();
app.UsePages();
app.UseService();
app.UseLanguages();
app.MapStaticAssets().AllowAnonymous();
app.MapApplications();
app.MapPages();
return await app.RunService();
